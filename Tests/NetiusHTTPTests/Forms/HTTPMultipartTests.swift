import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Multipart forms of a request")
struct HTTPMultipartTests {
    private static let form = """
        --b\r
        Content-Disposition: form-data; name="title"\r
        \r
        A title\r
        --b\r
        Content-Disposition: form-data; name="photo"; filename="me.png"\r
        Content-Type: image/png\r
        \r
        0123456789\r
        --b\r
        Content-Disposition: form-data; name="end"\r
        \r
        \r
        --b--\r

        """

    /// A request whose body arrives in pieces of the size.
    private func request(
        _ form: String = form, type: String? = "multipart/form-data; boundary=b", pieces: Int = 1000
    ) -> HTTPRequest {
        var fields = HTTPFields()
        fields[.contentType] = type
        let rest = Box(octets(form)[...])
        let body = HTTPRequestBody {
            let piece = Array(rest.value.prefix(pieces))
            rest.value = rest.value.dropFirst(pieces)
            return piece.isEmpty ? nil : piece
        }
        return HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields, body: body)
    }

    private func texts(_ request: HTTPRequest, limits: HTTPMultipart.Limits = .init()) async throws -> [String] {
        var texts: [String] = []
        for try await part in request.multipart(limits: limits) {
            texts.append("\(part.name) \(part.fileName ?? "-") \(try await part.body.text())")
        }
        return texts
    }

    @Test("Parts are read one after the other, in whatever pieces they arrive", arguments: [1, 2, 7, 50, 1000])
    func reading(pieces: Int) async throws {
        let expected = ["title - A title", "photo me.png 0123456789", "end - "]
        #expect(try await texts(request(pieces: pieces)) == expected)
    }

    @Test("What is left of a part is skipped", arguments: [1, 7, 1000])
    func skipping(pieces: Int) async throws {
        var names: [String] = []
        for try await part in request(pieces: pieces).multipart() {
            names.append(part.name)
            if part.name == "photo" {
                var iterator = part.body.makeAsyncIterator()
                #expect(try await iterator.next()?.first == UInt8(ascii: "0"))
            }
        }
        #expect(names == ["title", "photo", "end"])
    }

    @Test("A part that has passed throws, and does not look empty")
    func passed() async throws {
        var parts: [HTTPMultipart.Part] = []
        for try await part in request().multipart() { parts.append(part) }
        #expect(parts.count == 3)
        for part in parts {
            await #expect(throws: HTTPFormError.partHasPassed) { try await part.body.collect() }
        }
    }

    @Test("A body that has ended stays so, and so does the form")
    func ended() async throws {
        var iterator = request().multipart().makeAsyncIterator()
        let title = try #require(try await iterator.next())
        #expect(try await title.body.text() == "A title")
        #expect(try await title.body.text() == "")
        #expect(try await iterator.next()?.name == "photo")
        #expect(try await iterator.next()?.name == "end")
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
    }

    @Test(
        "Another type is refused, and a type without a boundary",
        arguments: [
            (nil, .unsupportedMediaType), ("application/x-www-form-urlencoded", .unsupportedMediaType),
            ("multipart/mixed; boundary=b", .unsupportedMediaType), ("multipart/form-data", .invalidBoundary),
            ("multipart/form-data; boundary=\"\"", .invalidBoundary),
            ("multipart/form-data; boundary=b; boundary=c", .unsupportedMediaType),
            ("multipart/form-data; boundary=\"b \"", .invalidBoundary),
        ] as [(String?, HTTPFormError)])
    func types(type: String?, error: HTTPFormError) async {
        await #expect(throws: error) { try await texts(request(type: type)) }
    }

    @Test("The boundary may be quoted")
    func quotedBoundary() async throws {
        #expect(try await texts(request(type: "Multipart/Form-Data; charset=utf-8; Boundary=\"b\"")).count == 3)
    }

    @Test("A form that is cut short throws, in the part that is being read or skipped")
    func truncated() async throws {
        for count in stride(from: 0, to: Self.form.utf8.count - 2, by: 3) {
            let cut = String(decoding: octets(Self.form).prefix(count), as: UTF8.self)
            await #expect(throws: HTTPFormError.incomplete) { try await texts(request(cut)) }
            await #expect(throws: HTTPFormError.incomplete) {
                for try await _ in request(cut).multipart() {}
            }
        }
    }

    @Test("Values have a limit of their own")
    func values() async throws {
        var limits = HTTPMultipart.Limits()
        limits.value = 10
        #expect(try await texts(request(), limits: limits).count == 3)
        limits.value = 9
        await #expect(throws: HTTPBodyError.tooLarge) { try await texts(request(), limits: limits) }
        for try await part in request().multipart(limits: limits) where part.name == "photo" {
            #expect(try await part.body.collect(upTo: 10).count == 10)
        }
        for try await part in request().multipart() where part.name == "photo" {
            await #expect(throws: HTTPBodyError.tooLarge) { try await part.body.collect(upTo: 9) }
        }
    }

    @Test("An error of the body passes through")
    func bodyError() async {
        let body = HTTPRequestBody { throw HTTPBodyError.tooSlow }
        let request = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/",
            headerFields: [.contentType: "multipart/form-data; boundary=b"], body: body)
        await #expect(throws: HTTPBodyError.tooSlow) { try await texts(request) }
    }

    @Test("A large part is handed on without being gathered")
    func large() async throws {
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 64 * 1024)
        let step = Box(0)
        let body = HTTPRequestBody {
            step.value += 1
            switch step.value {
            case 1: return octets("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n")
            case 2...200: return chunk
            case 201: return octets("\r\n--b--\r\n")
            default: return nil
            }
        }
        let request = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/",
            headerFields: [.contentType: "multipart/form-data; boundary=b"], body: body)
        var (size, most) = (0, 0)
        for try await part in request.multipart() {
            for try await bytes in part.body {
                size += bytes.count
                most = max(most, bytes.count)
                #expect(step.value <= size / chunk.count + 1)
            }
        }
        #expect(size == 199 * chunk.count)
        #expect(most == chunk.count)
    }
}
