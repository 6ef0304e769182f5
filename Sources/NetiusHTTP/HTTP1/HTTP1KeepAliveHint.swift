internal import Netius

/// What a server's Keep-Alive field says about how long it means to keep the connection (RFC 2068 §19.7.1.1):
/// `timeout=5, max=100`. Only a hint: what is malformed in it is ignored.
struct HTTP1KeepAliveHint: Equatable {
    /// A larger number, however long, is taken for this one.
    static let largest = 999_999_999

    /// For how many seconds an idle connection is kept.
    private(set) var timeout: Int?
    /// How many more requests the connection is kept for.
    private(set) var maximum: Int?

    init() {}

    /// Takes in a Keep-Alive field. Of several numbers the smaller one counts.
    mutating func note(_ input: Span<UInt8>, _ value: Range<Int>) {
        var position = value.lowerBound
        while let element = input.nextListElement(at: &position, to: value.upperBound) {
            let equals = input.firstIndex(of: UInt8(ascii: "="), from: element.lowerBound, to: element.upperBound)
            guard equals < element.upperBound,
                let number = Self.number(input, equals + 1..<element.upperBound)
            else { continue }
            let name = element.lowerBound..<equals
            if input.equals("timeout", in: name) {
                timeout = min(timeout ?? number, number)
            } else if input.equals("max", in: name) {
                maximum = min(maximum ?? number, number)
            }
        }
    }

    private static func number(_ input: Span<UInt8>, _ digits: Range<Int>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var number = 0
        for index in digits {
            guard input[index].isDigit else { return nil }
            number = min(number * 10 + Int(input[index] - 48), largest)
        }
        return number
    }
}
