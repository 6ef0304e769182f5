import Testing

@testable import NetiusHTTP

@Suite("Fields against a list of pairs")
struct HTTPFieldsModelTests {
    private struct Model {
        var pairs: [(name: HTTPField.Name, value: String)] = []

        mutating func set(_ name: HTTPField.Name, _ values: [String]) {
            let first = pairs.firstIndex { $0.name == name } ?? pairs.count
            pairs.removeAll { $0.name == name }
            pairs.insert(contentsOf: values.map { (name, $0) }, at: min(first, pairs.count))
        }
    }

    @Test("Random operations leave both alike", arguments: 0..<4)
    func operations(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 100)
        let names = try ["a", "A", "bb", "Bb", "host", "Set-Cookie", "cookie"].map { try #require(HTTPField.Name($0)) }
        var (fields, model) = (HTTPFields(), Model())
        var snapshot = (fields, model.pairs.count)
        for _ in 0..<2_000 {
            let name = try #require(names.randomElement(using: &generator))
            let value = String(repeating: "v", count: Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<9, using: &generator) {
            case 0, 1, 2:
                fields.append(name, value)
                model.pairs.append((name, value))
            case 3:
                fields[name] = value
                model.set(name, [value])
            case 4:
                fields[values: name] = [value, "w"]
                model.set(name, [value, "w"])
            case 5:
                fields.remove(name)
                model.set(name, [])
            case 6 where !fields.isEmpty:
                let position = Int.random(in: 0..<fields.count, using: &generator)
                #expect(fields.remove(at: position).value == model.pairs.remove(at: position).value)
            case 7:
                fields.removeAll { $0.value == value }
                model.pairs.removeAll { $0.value == value }
            default:
                #expect(snapshot.0.count == snapshot.1)
                snapshot = (fields, model.pairs.count)
            }
            try check(fields, model, name)
            if fields.count > 30 { (fields, model) = (HTTPFields(), Model()) }
        }
    }

    private func check(_ fields: HTTPFields, _ model: Model, _ name: HTTPField.Name) throws {
        try #require(fields.map(\.name.rawName) == model.pairs.map(\.name.rawName))
        try #require(fields.map(\.value) == model.pairs.map(\.value))
        let values = model.pairs.filter { $0.name == name }.map(\.value)
        try #require(fields[values: name] == values)
        try #require(fields.contains(name) == !values.isEmpty)
        let wire = model.pairs.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
        try #require(fields.storage?.bytes ?? [] == Array(wire.utf8))
    }
}
