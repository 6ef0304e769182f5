import Testing

@testable import NetiusHTTP

@Suite("Accept-Language")
struct LanguageTests {
    private func choose(_ list: String?, _ languages: [String]) -> String? {
        var fields = HTTPFields()
        fields[.acceptLanguage] = list
        return HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields)
            .preferredLanguage(among: languages)
    }

    @Test(
        "What is chosen of English, German, Brazilian Portuguese and traditional Chinese",
        arguments: [
            (nil, nil), ("", nil), ("da, en-gb;q=0.8, en;q=0.7", "en"), ("de-CH", "de"), ("DE", "de"),
            ("de-CH-1996, en", "de"), ("pt", nil), ("pt-BR", "pt-BR"), ("pt-br-x-a", "pt-BR"),
            ("pt-PT, de;q=0.1", "de"),
            // RFC 4647 §3.4: each of these is shortened to the one before it in the end.
            ("zh-Hant-CN-x-private1-private2", "zh-Hant"), ("zh-Hant-x", "zh-Hant"), ("zh-Hans", nil),
            ("fr, *", "en"), ("*", "en"), ("*, en;q=0", "de"), ("en;q=0, *;q=0.1", "de"), ("*;q=0", nil),
            ("de;q=0.5, en;q=0.5", "de"), ("de;q=0.1, en;q=0.2", "en"), ("de;q=0", nil), ("de;q=2, en;q=0.1", "en"),
            ("d3, en", "en"), ("-de", nil), ("de-", nil), ("de--CH", nil), ("abcdefghi, en", "en"), ("d_e", nil),
        ] as [(String?, String?)])
    func choice(list: String?, expected: String?) {
        #expect(choose(list, ["en", "de", "pt-BR", "zh-Hant"]) == expected)
    }

    @Test("A tag is given back as it was offered")
    func spelling() {
        #expect(choose("en-us", ["EN-US"]) == "EN-US")
    }

    @Test("A range of many thousand subtags costs little")
    func hostile() {
        let long = "en" + String(repeating: "-a", count: 100_000)
        #expect(choose(long, ["en"]) == "en")
        #expect(choose("en;q=0, " + String(repeating: "*, ", count: 10_000), ["en"]) == nil)
    }
}
