/// A secret to compare guesses with, in a time that depends neither on where they differ nor on the secret's length.
struct PaddedSecret: Sendable {
    /// The most octets that a secret may have.
    static let maximumLength = 512

    private let octets: [UInt8]
    private let count: Int

    /// Keeps the octets; of those beyond `maximumLength` none can be guessed, nor can then the others.
    init(_ secret: some Collection<UInt8>) {
        count = secret.count
        let padding = [UInt8](repeating: 0, count: max(0, Self.maximumLength - secret.count))
        octets = Array(secret.prefix(Self.maximumLength)) + padding
    }

    /// Whether the guess is the secret. It takes as long for any guess of one length.
    func isEqual(to guess: Span<UInt8>) -> Bool {
        var difference = UInt64(truncatingIfNeeded: count ^ guess.count)
        for index in 0..<Self.maximumLength {
            let octet = index < guess.count ? guess[index] : 0
            difference |= UInt64(octets[index] ^ octet)
        }
        return difference == 0 && count <= Self.maximumLength
    }
}
