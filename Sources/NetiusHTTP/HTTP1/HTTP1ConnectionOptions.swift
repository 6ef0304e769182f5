/// The options of a message's Connection fields that mean something here (RFC 9110 §7.6.1).
struct HTTP1ConnectionOptions {
    private(set) var closes = false
    private var persists = false
    private(set) var upgrades = false

    init() {}

    /// Takes in a Connection field.
    mutating func note(_ input: Span<UInt8>, _ value: Range<Int>) {
        var position = value.lowerBound
        while let option = input.nextListElement(at: &position, to: value.upperBound) {
            if input.equals("close", in: option) {
                closes = true
            } else if input.equals("keep-alive", in: option) {
                persists = true
            } else if input.equals("upgrade", in: option) {
                upgrades = true
            }
        }
    }

    /// Whether the connection persists after a message of the version (RFC 9112 §9.3).
    func keepsAlive(_ version: HTTPVersion) -> Bool { !closes && (version >= .http11 || persists) }
}
