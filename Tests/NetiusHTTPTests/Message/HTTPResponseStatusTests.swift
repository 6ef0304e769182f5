import Testing

@testable import NetiusHTTP

@Suite("Statuses")
struct HTTPResponseStatusTests {
    @Test("Registered codes have their phrase, others none")
    func phrases() {
        #expect(HTTPResponse.Status(code: 404).reasonPhrase == "Not Found")
        #expect((451 as HTTPResponse.Status).description == "451 Unavailable For Legal Reasons")
        #expect(HTTPResponse.Status(code: 299).reasonPhrase.isEmpty)
        #expect(Set(HTTPResponse.Status.registered).count == HTTPResponse.Status.registered.count)
        for status in HTTPResponse.Status.registered {
            #expect(HTTPResponse.Status(code: status.code).reasonPhrase == status.reasonPhrase)
        }
    }

    @Test("A code that cannot be sent becomes 500", arguments: [Int.min, -200, 0, 99, 1000, 65_736, Int.max])
    func impossible(code: Int) {
        #expect(HTTPResponse.Status(code: code) == .internalServerError)
        #expect(HTTPResponse.Status(code: code, reasonPhrase: "x").reasonPhrase == "Internal Server Error")
    }

    @Test("A phrase stays on its line")
    func phraseIsCleaned() {
        #expect(HTTPResponse.Status(code: 200, reasonPhrase: " a\r\nb\0 ").reasonPhrase == "a  b")
    }

    @Test("Statuses compare by code, and the first digit is the class")
    func kinds() {
        #expect(HTTPResponse.Status(code: 200, reasonPhrase: "Fine") == .ok)
        let kinds: [(Int, HTTPResponse.Status.Kind)] = [
            (100, .informational), (299, .successful), (304, .redirection), (499, .clientError), (500, .serverError),
            (600, .invalid), (999, .invalid),
        ]
        for (code, kind) in kinds { #expect(HTTPResponse.Status(code: code).kind == kind) }
    }
}
