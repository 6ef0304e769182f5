import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Client: forms to send")
struct HTTPMultipartFormTests {
    private struct Part: Equatable {
        var name: String
        var fileName: String?
        var type: String?
        var content: [UInt8]
    }

    /// What our own server reads of the form.
    private func read(_ form: HTTPMultipartForm) async throws -> [Part] {
        let request = HTTPRequest(
            method: .post, scheme: "http", authority: "a", path: "/", headerFields: [.contentType: form.contentType],
            body: form.body)
        var parts: [Part] = []
        for try await part in request.multipart() {
            let content = try await part.body.collect(upTo: 1 << 20)
            parts.append(
                Part(
                    name: part.name, fileName: part.fileName, type: part.contentType?.description, content: content))
        }
        return parts
    }

    @Test("A form is written as RFC 7578 has it")
    func format() async throws {
        var form = HTTPMultipartForm(boundary: "b")
        form.append("title", "Cats")
        form.append("photo", .bytes([1, 2]), fileName: "a \"cat\"\r\n.jpg", contentType: nil)
        let text = """
            --b\r\nContent-Disposition: form-data; name="title"\r\n\r\nCats\
            \r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="a %22cat%22%0D%0A.jpg"\
            \r\nContent-Type: image/jpeg\r\n\r\n\u{1}\u{2}\r\n--b--\r\n
            """
        #expect(try await form.body.text(upTo: 10_000) == text)
        #expect(form.contentLength == text.utf8.count)
        #expect(form.body.contentLength == text.utf8.count)
        #expect(form.body.isReplayable)
        #expect(form.contentType == "multipart/form-data; boundary=b")
    }

    @Test("Our server reads what was added, any number of times")
    func roundTrip() async throws {
        var form = HTTPMultipartForm()
        form.append("a", "1")
        form.append("a", "")
        form.append("Größe \"x\" %41 \\ ;", "é\r\n--")
        form.append("f", .bytes([0, 255, 13, 10]), fileName: "päth/to\\x.txt", contentType: nil)
        form.append("g", .none, fileName: "", contentType: HTTPMediaType("text/plain; charset=\"a b\""))
        let expected = [
            Part(name: "a", content: [49]), Part(name: "a", content: []),
            Part(name: "Größe \"x\" %41 \\ ;", content: Array("é\r\n--".utf8)),
            Part(name: "f", fileName: "päth/to\\x.txt", type: "text/plain", content: [0, 255, 13, 10]),
            Part(name: "g", fileName: "", type: "text/plain; charset=\"a b\"", content: []),
        ]
        let first = try await read(form)
        #expect(first == expected)
        let second = try await read(form)
        #expect(second == expected)
        let none = try await read(HTTPMultipartForm())
        #expect(none == [])
    }

    @Test("A part of unknown length, or one that is there once, makes the form so")
    func unknown() async throws {
        var form = HTTPMultipartForm()
        let chunks = AsyncStream<[UInt8]> { continuation in
            continuation.yield([1])
            continuation.yield([2, 3])
            continuation.finish()
        }
        form.append("a", HTTPRequestBody(chunks), fileName: nil)
        form.append("b", "c")
        #expect(form.contentLength == nil && form.body.contentLength == nil && !form.body.isReplayable)
        let parts = try await read(form)
        #expect(parts.map(\.content) == [[1, 2, 3], [99]])
    }

    @Test("What fails within a part fails the form, which does not look like one that ended")
    func failure() async throws {
        var form = HTTPMultipartForm()
        form.append("a", HTTPRequestBody { throw HTTPBodyError.incomplete }, fileName: nil)
        let body = form.body
        await #expect(throws: HTTPBodyError.incomplete) { try await body.collect(upTo: 1000) }
    }

    @Test(
        "A backslash stands for itself, wherever it is",
        arguments: ["\\", "a\\", "C:\\dir\\a", "\\\\host\\a", "\\\"", "a\\\\\\"])
    func backslashes(name: String) async throws {
        var form = HTTPMultipartForm()
        form.append(name, .bytes([]), fileName: name)
        let parts = try await read(form)
        #expect(parts.map(\.name) == [name] && parts.map(\.fileName) == [name])
    }

    @Test("Names with controls do not end a line")
    func controls() async throws {
        var form = HTTPMultipartForm()
        form.append("a\0b\u{7F}\r\nX: y", .bytes([]), fileName: "\u{1}\t")
        let parts = try await read(form)
        #expect(parts.map(\.name) == ["a b \r\nX: y"])
        #expect(parts.map(\.fileName) == [" \t"])
    }

    @Test("Random forms come out as they went in", arguments: 0..<2)
    func random(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 590)
        let pieces = ["a", "\"", "\r", "\n", "--", "b", "%", "%2", "é", " ", ";", "=", "\\", "😀"]
        func text() -> String {
            (0..<Int.random(in: 0...6, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        }
        for _ in 0..<300 {
            var form = HTTPMultipartForm()
            var expected: [Part] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let (name, content) = (text(), Array(text().utf8))
                let fileName = Bool.random(using: &generator) ? text() : nil
                form.append(name, .bytes(content), fileName: fileName, contentType: HTTPMediaType("a/b"))
                expected.append(Part(name: name, fileName: fileName, type: "a/b", content: content))
            }
            let parts = try await read(form)
            let collected = try await form.body.collect(upTo: 1 << 20)
            guard parts == expected, collected.count == form.contentLength else {
                Issue.record("seed \(seed): \(expected) \(parts)")
                return
            }
        }
    }

    @Test("Python reads what we write")
    func python() async throws {
        guard let python = ChildProcess("python3") else { return }
        var form = HTTPMultipartForm()
        form.append("title", "Cats & dogs")
        form.append("photo", .bytes(Array("line\n".utf8)), fileName: "cat.txt")
        let script = """
            import sys, email
            from email import policy
            body = sys.stdin.buffer.read()
            head = ("Content-Type: " + sys.argv[1] + "\\r\\n\\r\\n").encode()
            message = email.message_from_bytes(head + body, policy=policy.HTTP)
            for part in message.iter_parts():
                name = part.get_param("name", header="content-disposition")
                print(name, part.get_filename(), part.get_payload(decode=True), len(part.defects))
            print(len(message.defects))
            """
        let text = try await form.body.text(upTo: 10_000)
        let result = try await python.run(["-c", script, form.contentType], input: text)
        #expect(result.output == "title None b'Cats & dogs' 0\nphoto cat.txt b'line\\n' 0\n0\n", "\(result.errors)")
    }

    @Test("A query is the content of a form")
    func query() async throws {
        let query: HTTPQuery = ["a b": "c&d", "é": "+"]
        let request = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentType: HTTPQuery.contentType],
            body: query.body)
        let form = try await request.form(upTo: 1000)
        #expect(form == query)
        #expect(query.body.contentLength == query.description.utf8.count)
    }
}
