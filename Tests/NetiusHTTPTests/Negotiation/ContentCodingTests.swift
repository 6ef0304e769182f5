import Testing

@testable import NetiusHTTP

@Suite("Accept-Encoding")
struct ContentCodingTests {
    private func request(_ values: String...) -> HTTPRequest {
        var fields = HTTPFields()
        for value in values { fields.append(.acceptEncoding, value) }
        return HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/", headerFields: fields)
    }

    @Test(
        "What is chosen of gzip and deflate",
        arguments: [
            // The examples of RFC 9110 §12.5.3.
            ("compress, gzip", "gzip"), ("", nil), ("*", "gzip"), ("compress;q=0.5, gzip;q=1.0", "gzip"),
            ("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"),
            // Browsers.
            ("gzip, deflate, br, zstd", "gzip"), ("gzip, deflate", "gzip"), ("identity", nil), ("br", nil),
            // Weights.
            ("gzip;q=0", nil), ("gzip;q=0.0, *", "deflate"), ("gzip;q=0.5, deflate", "deflate"),
            ("deflate, gzip", "gzip"), ("gzip;q=0.001", "gzip"), ("gzip;q=0.000", nil), ("*;q=0", nil),
            ("*;q=0.5, gzip;q=0.4", "deflate"), ("gzip;q=0.5, identity;q=0.6", nil), ("gzip, identity", "gzip"),
            ("identity;q=0, gzip;q=0.1", "gzip"), ("gzip;Q=1", "gzip"), ("*;q=0.3, identity;q=0.5", nil),
            // Names.
            ("GZip", "gzip"), ("x-gzip", "gzip"), ("X-GZIP;q=0.3, deflate;q=0.2", "gzip"), ("y-gzip", nil),
            ("gzipp", nil), ("gzi", nil), ("x-", nil), ("gzip, gzip;q=0", "gzip"), ("gzip;q=0, gzip", nil),
            // What is malformed does not count.
            ("gzip;q=2", nil), ("gzip;q=1.1", nil), ("gzip;q=-1", nil), ("gzip;q=", nil), ("gzip;q=.5", nil),
            ("gzip;q=0.1234", nil), ("gzip;q=0,5", nil), ("gzip;q=\"1\"", nil), ("gzip;q=1;q=1", nil),
            ("gzip;q=a, deflate", "deflate"), ("gzip q=1, deflate;q=0.1", "deflate"), ("gzip;;q=1;", "gzip"),
            (",,,", nil), (" , gzip , ", "gzip"), ("gzip;x=\"a,b\"", "gzip"), ("gzip;x=\"a, deflate", "deflate"),
            ("a;x=\"gzip, deflate;q=1", "deflate"), ("gzip;q=1.000", "gzip"), ("gzip;q=1.", "gzip"),
        ] as [(String, String?)])
    func choice(value: String, expected: String?) {
        #expect(request(value).preferredContentCoding(among: ["gzip", "deflate"]) == expected)
    }

    @Test("Quotes without end do not make a list slow to read", .timeLimit(.minutes(1)))
    func openQuotes() {
        // To look for the end of each takes hours.
        let quotes = "\"" + String(repeating: "\\\"", count: 500_000)
        #expect(request(quotes + ", gzip").preferredContentCoding(among: ["gzip"]) == "gzip")
        #expect(request("gzip;x=\"a,b\", " + quotes).preferredContentCoding(among: ["gzip"]) == "gzip")
        // Of another field, or of another element before it, a quote may be closed.
        #expect(request(quotes, "a;x=\"gzip, b\"").preferredContentCoding(among: ["gzip"]) == nil)
    }

    @Test("Without the field, or without an offer, the content is sent as it is")
    func nothing() {
        #expect(request().preferredContentCoding(among: ["gzip"]) == nil)
        #expect(request("gzip").preferredContentCoding(among: []) == nil)
    }

    @Test("Several fields are one list")
    func severalFields() {
        #expect(request("br", "gzip;q=0.2", "deflate").preferredContentCoding(among: ["gzip", "deflate"]) == "deflate")
        #expect(request("*;q=0", "gzip").preferredContentCoding(among: ["deflate", "gzip"]) == "gzip")
    }

    @Test("Identity is acceptable unless it is refused")
    func identity() {
        #expect(request("gzip").headerFields.quality(ofContentCoding: "identity") == nil)
        #expect(request("*").headerFields.quality(ofContentCoding: "identity") == nil)
        #expect(request("*;q=0").headerFields.quality(ofContentCoding: "identity") == 0)
        #expect(request("identity;q=0").headerFields.quality(ofContentCoding: "identity") == 0)
        #expect(request("*;q=0, identity;q=0.25").headerFields.quality(ofContentCoding: "identity") == 250)
    }

    @Test("A choice is never refused by the client, nor liked less than another", arguments: 0..<4)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed) + 40)
        let pieces = [
            "gzip", "deflate", "br", "identity", "*", ",", ",", ";q=", "0", "1", ".", "5", "\"", " ", ";", "=", "x-",
        ]
        let offers = ["br", "gzip", "deflate"]
        for _ in 0..<4_000 {
            let text = (0..<Int.random(in: 0...14, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            let fields = request(text).headerFields
            let qualities = offers.map { fields.quality(ofContentCoding: $0) ?? 0 }
            guard let choice = request(text).preferredContentCoding(among: offers) else {
                let identity = fields.quality(ofContentCoding: "identity") ?? 0
                #expect(qualities.allSatisfy { $0 == 0 || $0 < identity }, "\(text)")
                continue
            }
            let quality = fields.quality(ofContentCoding: choice) ?? 0
            #expect(quality > 0 && quality == qualities.max(), "\(text)")
        }
    }
}
