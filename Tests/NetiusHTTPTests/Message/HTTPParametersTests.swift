import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Parameters of a field's value")
struct HTTPParametersTests {
    /// Names and values; nil where they are malformed.
    private func read(_ input: [UInt8]) -> [[[UInt8]]]? {
        var parameters = HTTPParameters(0..<input.count)
        var all: [[[UInt8]]] = []
        do {
            while let parameter = try parameters.next(in: input.span) {
                all.append([Array(input[parameter.name]), parameter.octets(in: input.span)])
            }
        } catch {
            return nil
        }
        return all
    }

    private func text(_ text: String) -> [String]? {
        read(octets(text))?.map { $0.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|") }
    }

    @Test(
        "Parameters are separated by semicolons, with or without whitespace",
        arguments: [
            ("", []), (" ", []), (";", []), (" ; ;; ", []), (";a=b", ["a|b"]), (" ; a=b ;c=d", ["a|b", "c|d"]),
            (";a=\"\"", ["a|"]), (";a=\"b;c=d\"", ["a|b;c=d"]), (";a=\"b\\\"c\\\\\"", ["a|b\"c\\"]),
            (";a=\"\\b\\;\"", ["a|b;"]), (";a=b\t;\tc=d", ["a|b", "c|d"]),
        ])
    func reading(input: String, expected: [String]) {
        #expect(text(input) == expected)
    }

    @Test(
        "What stands where a parameter should is refused",
        arguments: [
            "a", "a=b", ";a", ";a=", ";=b", ";a =b", ";a= b", ";a=b c", ";a=b,c=d", ";a=\"", ";a=\"b", ";a=\"b\\\"",
            ";a=\"b\\", ";a=\"b\"c", ";\"a\"=b", ";a=b\"c\"", ";a==b", ";ü=a", ";a=ü",
        ])
    func malformed(input: String) {
        #expect(text(input) == nil)
    }

    @Test("What is written reads the same", arguments: 0..<4)
    func roundTrip(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 130)
        let names = octets("ab!#~9")
        let values = octets("ab;=, \"\\\t\u{FF}")
        for _ in 0..<500 {
            var input: [UInt8] = []
            var expected: [[[UInt8]]] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                func pick(_ from: [UInt8], _ counts: ClosedRange<Int>) -> [UInt8] {
                    (0..<Int.random(in: counts, using: &generator)).map { _ in
                        from[Int.random(in: 0..<from.count, using: &generator)]
                    }
                }
                let (name, value) = (pick(names, 1...3), pick(values, 0...6))
                expected.append([name, value])
                input += octets(" ; ") + name + octets("=\"")
                for octet in value { input += octet == 34 || octet == 92 ? [92, octet] : [octet] }
                input += octets("\"")
            }
            #expect(read(input) == expected)
        }
    }

    @Test("Whatever a field has, nothing that reads it traps", arguments: 0..<4)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 140)
        let pieces = [
            ";", "=", ",", "\"", "\\", " ", "/", "*", "q=", "a", "form-data", "name=", "%", "%22", "0.5", "-", "\u{FF}",
        ]
        var readCount = 0
        for _ in 0..<3_000 {
            let value = (0..<Int.random(in: 0...10, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            var fields = HTTPFields()
            for name in [HTTPField.Name.contentDisposition, .contentType, .accept, .acceptLanguage, .cookie] {
                fields.append(name, value)
            }
            let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: value, headerFields: fields)
            readCount += read(octets(value))?.count ?? 0
            readCount += fields.contentType == nil ? 0 : 1
            readCount += (try? HTTPContentDisposition(fields)) == nil ? 0 : 1
            readCount += request.preferredMediaType(among: ["a/a;a=a", "a/a"]) == nil ? 0 : 1
            readCount += request.preferredLanguage(among: ["a", "a-a"]) == nil ? 0 : 1
            readCount += request.cookies.count + request.query.count
        }
        // Not all of it was refused at the first octet.
        #expect(readCount > 3_000)
    }
}
