@testable import NetiusHTTP

/// Lists of fields of which some come again.
struct HPACKRandomFields {
    private static let names = [
        ":method", ":path", ":authority", "Content-Type", "content-length", "Date", "server", "cookie", "set-cookie",
        "authorization", "x-custom", "X-Other-Name", "accept-encoding", "cache-control", "a", "x-request-id", "vary",
    ]

    private var seen: [HPACKFieldList.Field] = []

    mutating func list(_ generator: inout SeededGenerator) -> [HPACKFieldList.Field] {
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            if let field = seen.randomElement(using: &generator), Bool.random(using: &generator) { return field }
            let field = Self.field(&generator)
            if seen.count >= 60 { seen.removeFirst() }
            seen.append(field)
            return field
        }
    }

    private static func field(_ generator: inout SeededGenerator) -> HPACKFieldList.Field {
        var name = names[Int.random(in: 0..<names.count, using: &generator)]
        if Int.random(in: 0..<4, using: &generator) == 0 { name += "-\(Int.random(in: 0..<30, using: &generator))" }
        let longest = [0, 3, 30, 30, 30, 300, 3000][Int.random(in: 0..<7, using: &generator)]
        let isText = Int.random(in: 0..<4, using: &generator) > 0
        let value = (0..<Int.random(in: 0...longest, using: &generator)).map { _ in
            UInt8.random(in: isText ? 0x20...0x7E : 0...0xFF, using: &generator)
        }
        return HPACKFieldList.Field(Array(name.utf8), value)
    }
}
