import Netius
import Testing

@testable import NetiusHTTP

/// RFC 7541 Appendix C, from C.2 on.
@Suite("The examples of RFC 7541")
struct HPACKExampleTests {
    private static let get = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]

    private static let requests = [
        get, get + ["cache-control: no-cache"],
        [
            ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
            "custom-key: custom-value",
        ],
    ]

    private static let location = "location: https://www.example.com"
    private static let date = "date: Mon, 21 Oct 2013 20:13:21 GMT"

    private static let responses = [
        [":status: 302", "cache-control: private", date, location],
        [":status: 307", "cache-control: private", date, location],
        [
            ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT", location,
            "content-encoding: gzip", "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ],
    ]

    private static let codedRequests = [
        "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ]

    @Test(
        "C.2: A field of each representation is read",
        arguments: [
            ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55),
            ("040c2f73616d706c652f70617468", ":path: /sample/path", 0),
            ("100870617373776f726406736563726574", "password: secret", 0), ("82", ":method: GET", 0),
        ])
    func representations(block: String, line: String, tableSize: Int) throws {
        var decoder = HPACKDecoder(maximumListSize: .max)
        #expect(try decoder.fields(fromHexadecimal(block)).lines == [line])
        #expect(decoder.tableSize == tableSize)
    }

    private func check(
        _ blocks: [String], _ lines: [[String]], _ tableSizes: [Int], maximumTableSize: Int = 4096
    ) throws {
        var decoder = HPACKDecoder(maximumTableSize: maximumTableSize, maximumListSize: .max)
        for (index, block) in blocks.enumerated() {
            #expect(try decoder.fields(fromHexadecimal(block)).lines == lines[index])
            #expect(decoder.tableSize == tableSizes[index])
        }
    }

    @Test("C.3: Requests without Huffman coding are read")
    func plainRequests() throws {
        let blocks = [
            "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ]
        try check(blocks, Self.requests, [57, 110, 164])
    }

    @Test("C.4: Requests with Huffman coding are read, and written octet for octet")
    func requests() throws {
        try check(Self.codedRequests, Self.requests, [57, 110, 164])
        var encoder = HPACKEncoder()
        for (index, lines) in Self.requests.enumerated() {
            #expect(hexadecimal(encoder.block(Self.fields(lines))) == Self.codedRequests[index])
        }
        #expect(encoder.tableSize == 164)
    }

    @Test("C.5: Responses without Huffman coding are read, with evictions")
    func plainResponses() throws {
        let blocks = [
            "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
                + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d"
                + "4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b20766572"
                + "73696f6e3d31",
        ]
        try check(blocks, Self.responses, [222, 222, 215], maximumTableSize: 256)
    }

    @Test("C.6: Responses with Huffman coding are read, with evictions, and written as far as the choice is the same")
    func responses() throws {
        let blocks = [
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae"
                + "43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af"
                + "27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ]
        try check(blocks, Self.responses, [222, 222, 215], maximumTableSize: 256)
        // Location and Set-Cookie are not remembered here.
        var encoder = HPACKEncoder()
        #expect(hexadecimal(encoder.block(Self.fields(Array(Self.responses[0][..<3])))) == blocks[0].prefix(70))
    }

    private static func fields(_ lines: [String]) -> [HPACKFieldList.Field] {
        lines.map { line in
            let end = line.dropFirst().firstIndex(of: ":") ?? line.endIndex
            return HPACKFieldList.Field(String(line[..<end]), String(line[end...].dropFirst(2)))
        }
    }
}
