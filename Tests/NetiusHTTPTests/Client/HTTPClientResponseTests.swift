import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: what becomes of responses", .timeLimit(.minutes(5)))
struct HTTPClientResponseTests {
    @Test("Compressed content is decoded; what is not known here is left as it is", arguments: TransportMode.allCases)
    func codings(mode: TransportMode) async throws {
        let text = octets(String(repeating: "compressible ", count: 100_000))
        try await withServer(in: mode) { request in
            let coding = request.path == "/gzip" ? "gzip" : request.path == "/none" ? "identity" : "br"
            let bytes = request.path == "/gzip" ? coded(text) : octets("raw")
            return HTTPResponse(status: .ok, headerFields: [.contentEncoding: coding], body: .bytes(bytes))
        } _: { server async throws in
            let url = server.url()
            try await withClient(in: mode) { client async throws in
                #expect(try await client.get(url + "/gzip").body.collect(upTo: text.count) == text)
                #expect(try await client.head(url + "/gzip").body.collect(upTo: 0).isEmpty)
                #expect(try await client.get(url + "/none").body.text(upTo: 9) == "raw")
                #expect(try await client.get(url + "/br").body.text(upTo: 9) == "raw")
                #expect(
                    await clientError {
                        _ = try await client.get(url + "/gzip").body.collect(upTo: text.count - 1)
                    }?.code == .tooLarge)
            }
            try await withClient(in: mode, { $0.decodesContent = false }) { client async throws in
                #expect(try await client.get(url + "/gzip").body.collect(upTo: text.count) == coded(text))
            }
        }
    }

    @Test("An observer is told of every phase, in order, and that each ends", arguments: TransportMode.allCases)
    func observing(mode: TransportMode) async throws {
        let events = Box<[String]>([])
        try await withServer(in: mode) { request in
            HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/large" ? 500_000 : 1)))
        } _: { server async throws in
            try await withClient(
                in: mode,
                {
                    $0.observer = HTTPClientObserver { event in
                        let moment =
                            switch event.moment {
                            case .began: "+"
                            case .ended: "-"
                            case .failed: "!"
                            case .interim: "i"
                            }
                        events.value.append("\(moment)\(event.phase)")
                    }
                }
            ) { client async throws in
                let url = server.url("/")
                _ = try await client.get(url)
                let handshake = mode.isSecure ? ["+handshaking", "-handshaking"] : []
                let connection = ["+connecting", "-connecting"] + handshake
                #expect(events.value == connection + ["+sending", "-sending", "+awaiting", "-awaiting"])
                events.value = []
                _ = try await client.get(url + "large").body.collect(upTo: 500_000)
                #expect(
                    events.value == [
                        "+sending", "-sending", "+awaiting", "-awaiting", "+receiving", "-receiving",
                    ])
            }
        }
    }

    @Test(
        "A download appears under its name when it is whole, and not at all when it is not",
        arguments: TransportMode.allCases)
    func download(mode: TransportMode) async throws {
        let bytes = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await withTemporaryDirectory { directory async throws in
            let path = directory + "/file"
            try await withServer(in: mode) { request in
                HTTPResponse(.ok, contentLength: bytes.count) { writer in
                    try await writer.write(bytes.prefix(400_000))
                    if request.path == "/cut" { throw HTTPError(.internalServerError) }
                    try await writer.write(bytes.dropFirst(400_000))
                }
            } _: { server async throws in
                try await withClient(in: mode) { client async throws in
                    let url = server.url()
                    let cut = try await client.get(url + "/cut")
                    let code: HTTPClientError.Code = mode.isHTTP2 ? .streamReset : .connectionClosed
                    #expect(await clientError { try await cut.download(to: path) }?.code == code)
                    let small = try await client.get(url)
                    #expect(await clientError { try await small.download(to: path, upTo: 899_999) }?.code == .tooLarge)
                    #expect(try files(in: directory).isEmpty)
                    var told: [HTTPClientResponse.DownloadProgress] = []
                    let count = try await client.get(url).download(to: path) { told.append($0) }
                    #expect(count == bytes.count && told.last?.received == count && told.last?.expected == count)
                    #expect(try contents(of: path) == bytes && files(in: directory) == ["file"])
                    await #expect(throws: SystemError.self) { try await client.get(url).download(to: path) }
                    #expect(try await client.get(url).download(to: path, replacing: true) == count)
                    #expect(try files(in: directory) == ["file"])
                }
            }
        }
    }
}
