import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Cookies of a request", .timeLimit(.minutes(2)))
struct HTTPCookiesTests {
    private func request(_ values: [String]) -> HTTPRequest {
        var fields = HTTPFields()
        for value in values { fields.append(.cookie, value) }
        return HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields)
    }

    @Test(
        "Cookies are read leniently",
        arguments: [
            ([], []), ([""], []),
            // RFC 6265 §3.1.
            (["SID=31d4d96e407aad42; lang=en-US"], ["SID|31d4d96e407aad42", "lang|en-US"]),
            (["a=1;b=2 ;  c = 3"], ["a|1", "b|2", "c|3"]), (["a=b=c=="], ["a|b=c=="]), (["a="], ["a|"]),
            (["a=\"b c\""], ["a|\"b c\""]), (["a", "=b", ";;", "=", " = "], []), (["a; b=c; ; d"], ["b|c"]),
            (["a=1; a=2"], ["a|1", "a|2"]), (["a=1", "b=2"], ["a|1", "b|2"]), (["a=1,b=2"], ["a|1,b=2"]),
            (["ä=ö"], ["ä|ö"]), (["a b=c d"], ["a b|c d"]), (["$Version=1; a=b"], ["$Version|1", "a|b"]),
        ] as [([String], [String])])
    func reading(values: [String], expected: [String]) {
        #expect(request(values).cookies.map { "\($0.name)|\($0.value)" } == expected)
    }

    @Test("Names are compared with regard to case, and the first counts")
    func lookup() {
        let cookies = request(["a=1; A=2; a=3"]).cookies
        #expect(cookies["a"] == "1")
        #expect(cookies["A"] == "2")
        #expect(cookies["b"] == nil)
        #expect(cookies[values: "a"] == ["1", "3"])
    }

    @Test("What was set comes back", arguments: 0..<4)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 90)
        let printable = (0x21...0x7E).map { UInt8($0) }
        let names = printable.filter(OctetSet.token.contains)
        let values = printable.filter(OctetSet.cookie.contains)
        for _ in 0..<300 {
            var sent: [String] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                func text(_ octets: [UInt8], _ counts: ClosedRange<Int>) -> String {
                    let count = Int.random(in: counts, using: &generator)
                    let chosen = (0..<count).map { _ in octets[Int.random(in: 0..<octets.count, using: &generator)] }
                    return String(decoding: chosen, as: UTF8.self)
                }
                let field = try HTTPCookie(text(names, 1...8), text(values, 0...12)).fieldValue()
                // As a browser does: what is before the first semicolon.
                sent.append(String(field.prefix { $0 != ";" }))
            }
            let cookies = request([sent.joined(separator: "; ")]).cookies
            #expect(cookies.map { "\($0.name)=\($0.value)" } == sent)
        }
    }

    @Test("curl keeps a cookie and forgets it")
    func curl() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withServer { request in
            var response = HTTPResponse.ok("\(request.cookies["visits"] ?? "none");")
            switch request.path {
            case "/set":
                var cookie = HTTPCookie("visits", "\((request.cookies["visits"].flatMap(Int.init) ?? 0) + 1)")
                cookie.isSecure = false
                cookie.maxAge = .seconds(60)
                try response.setCookie(cookie)
            case "/forget": try response.setCookie(HTTPCookie.expired("visits"))
            default: break
            }
            return response
        } _: { server in
            let paths = ["/", "/set", "/set", "/", "/forget", "/"]
            let result = try await curl.run(
                ["-sS", "-m", "30", "--noproxy", "*", "-c", "/dev/null"] + paths.map { "http://\(server.address)\($0)" }
            )
            #expect(result.output == "none;none;1;2;2;none;", "\(result.errors)")
        }
    }
}
