import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("The names of files, and the octets of requests") struct URLFileNameTests {
    @Test(
        "A file is named after the last part of its URL, made safe",
        arguments: [
            ("/a/b.html?c=d/e", "b.html"), ("/", "index.html"), ("/a/", "index.html"), ("/a%20b", "a b"),
            ("/%2e%2E%2fetc%2Fpasswd", ".._etc_passwd"), ("/a/%2e%2e%00", ".._"), ("/x%0Ay%1Bz", "x_y_z"),
            ("/%5Cx", "_x"), ("/%FF", "%FF"), ("/%C3%A9", "é"), ("/%E2%80%AEtxt.exe", "_txt.exe"),
            ("/.profile", ".profile"),
        ])
    func names(path: String, name: String) throws {
        #expect(try HTTPURL(parsing: "http://h" + path).fileName == name)
    }

    @Test("A long name is cut between characters")
    func long() throws {
        let name = try HTTPURL(parsing: "http://h/" + String(repeating: "%C3%A9", count: 300)).fileName
        #expect(name == String(repeating: "é", count: 115))
    }

    @Test("A raw request has what it was given, and what it needs beside")
    func rawRequest() throws {
        func text(_ url: String, _ fields: HTTPFields, _ content: String = "") throws -> String {
            let url = try HTTPURL(parsing: url)
            let bytes = RawRequest(method: .post, url: url, fields: fields, content: Array(content.utf8)).bytes
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(
            try text("http://h:81/p?q", [.accept: "a", .accept: "b"])
                == "POST /p?q HTTP/1.1\r\nHost: h:81\r\nConnection: close\r\nAccept: a\r\nAccept: b\r\n\r\n")
        #expect(
            try text("http://h/", [.host: "x", .connection: "keep-alive"], "data")
                == "POST / HTTP/1.1\r\nContent-Length: 4\r\nHost: x\r\nConnection: keep-alive\r\n\r\ndata")
        #expect(
            try text("http://h/", [.transferEncoding: "chunked"], "0\r\n\r\n").hasSuffix(
                "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
    }

    @Test("What is sent is shown line by line, with every octet told")
    func transcript() {
        #expect(
            RawTranscript.sent(Array("GET / HTTP/1.1\r\n\r\na\\b".utf8))
                == "> GET / HTTP/1.1\\r\\n\n> \\r\\n\n> a\\\\b\n")
        #expect(RawTranscript.sent([0, 0x1B, 0xFF, 10]) == "> \\x00\\x1B\\xFF\\n\n")
        #expect(RawTranscript.sent([]).isEmpty)
    }
}
