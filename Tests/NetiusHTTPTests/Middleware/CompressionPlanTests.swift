import Testing

@testable import NetiusHTTP

@Suite("Compression: what is done to a response")
struct CompressionPlanTests {
    /// A response, what is accepted, and what is to become of it.
    struct Case: CustomTestStringConvertible {
        var accept: String?
        var type: String?
        var size: Int?
        var status = 200
        var method = HTTPRequest.Method.get
        var fields: HTTPFields = [:]
        var plan: HTTPCompression.Plan

        init(
            _ accept: String? = "gzip", type: String? = "text/plain", size: Int? = 5000, status: Int = 200,
            method: HTTPRequest.Method = .get, fields: HTTPFields = [:], _ plan: HTTPCompression.Plan
        ) {
            (self.accept, self.type, self.size, self.status) = (accept, type, size, status)
            (self.method, self.fields, self.plan) = (method, fields, plan)
        }

        var testDescription: String {
            "\(accept ?? "-") \(type ?? "-") \(size ?? -1) \(status) \(method) \(Array(fields)) \(plan)"
        }

        func plan(_ configuration: HTTPCompression = HTTPCompression()) -> HTTPCompression.Plan {
            var request = HTTPRequest(method: method, scheme: "http", authority: "h", path: "/")
            request.headerFields[.acceptEncoding] = accept
            let body: HTTPResponse.Body
            if let size {
                body = .bytes([UInt8](repeating: 97, count: size))
            } else {
                body = HTTPResponse(.ok) { _ in }.body
            }
            var response = HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields, body: body)
            if let type { response.headerFields[.contentType] = type }
            return configuration.plan(for: response, to: request)
        }
    }

    @Test(
        "By what the client accepts",
        arguments: [
            Case("gzip", .encode(.gzip)), Case("GZIP", .encode(.gzip)), Case("x-gzip", .encode(.gzip)),
            Case("deflate", .encode(.deflate)), Case("gzip, deflate, br, zstd", .encode(.gzip)),
            Case("deflate, gzip", .encode(.gzip)), Case("deflate, gzip;q=0.9", .encode(.deflate)),
            Case("gzip;q=0.001", .encode(.gzip)), Case("*", .encode(.gzip)), Case("gzip;q=0, *", .encode(.deflate)),
            Case("identity;q=0.5, gzip;q=0.5", .encode(.gzip)), Case("identity;q=0, gzip", .encode(.gzip)),
            Case(nil, .identity), Case("", .identity), Case("br", .identity), Case("identity", .identity),
            Case("gzip;q=0", .identity), Case("*;q=0", .identity), Case("gzip;q=0.5, identity", .identity),
            Case("gzip;q=2", .identity), Case("gzipped", .identity), Case("gz ip", .identity),
        ])
    func accepted(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "By the media type: what is not compressible depends on nothing",
        arguments: [
            Case(type: "text/html; charset=utf-8", .encode(.gzip)), Case(type: "application/json", .encode(.gzip)),
            Case(type: "image/svg+xml", .encode(.gzip)), Case(type: "text/event-stream", .encode(.gzip)),
            Case(nil, type: "text/html", .identity), Case(type: nil, .leave), Case(type: "", .leave),
            Case(type: "image/png", .leave), Case(nil, type: "image/png", .leave),
            Case(type: "application/octet-stream", .leave),
        ])
    func type(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "By the size: what is too small depends on nothing",
        arguments: [
            Case(size: 1024, .encode(.gzip)), Case(size: 1023, .leave), Case(size: 0, .leave),
            Case(nil, size: 1024, .identity), Case(nil, size: 1023, .leave), Case(size: 1 << 20, .encode(.gzip)),
            Case(size: nil, .encode(.gzip)), Case(nil, size: nil, .identity),
        ])
    func size(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "By the status",
        arguments: [
            Case(status: 201, .encode(.gzip)), Case(status: 300, .encode(.gzip)), Case(status: 404, .encode(.gzip)),
            Case(status: 500, .encode(.gzip)), Case(status: 999, .encode(.gzip)), Case(status: 100, .leave),
            Case(status: 101, .leave), Case(status: 204, .leave), Case(status: 205, .leave),
            Case(status: 206, .identity), Case(type: "image/png", status: 206, .leave),
            Case(status: 304, .notModified), Case(nil, status: 304, .notModified),
            Case(status: 304, fields: [.contentEncoding: "br"], .leave),
        ])
    func status(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "By the fields",
        arguments: [
            Case(fields: [.contentEncoding: "br"], .leave), Case(fields: [.contentEncoding: "identity"], .leave),
            Case(nil, fields: [.contentEncoding: "gzip"], .leave),
            Case(fields: [.cacheControl: "no-transform"], .leave),
            Case(fields: [.cacheControl: "public, No-Transform"], .leave),
            Case(fields: [.cacheControl: "public"], .encode(.gzip)),
            Case(fields: [.cacheControl: "no-transforms"], .encode(.gzip)),
            Case(fields: [.contentRange: "bytes 0-1/2"], .identity),
            Case(fields: [HTTPField.Name("Content-Digest")!: "x"], .leave),
            Case(fields: [HTTPField.Name("Repr-Digest")!: "x"], .leave),
        ])
    func fields(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "By the method: HEAD as GET, even where it is answered with the length alone",
        arguments: [
            Case(method: .post, .encode(.gzip)), Case(method: .head, .encode(.gzip)),
            Case(nil, method: .head, .identity), Case(size: 100, method: .head, .leave),
        ])
    func method(row: Case) {
        #expect(row.plan() == row.plan)
    }

    @Test(
        "A length without content counts in answers to HEAD alone",
        arguments: [
            ("5000", HTTPRequest.Method.head, HTTPCompression.Plan.encode(.gzip)), ("100", .head, .leave),
            ("x", .head, .leave), ("-5000", .head, .leave), ("99999999999999999999", .head, .leave),
            ("5000", .get, .leave),
        ])
    func lengthAlone(length: String, method: HTTPRequest.Method, plan: HTTPCompression.Plan) {
        let request = HTTPRequest(
            method: method, scheme: nil, authority: nil, path: "/", headerFields: [.acceptEncoding: "gzip"])
        let response = HTTPResponse(
            status: .ok, headerFields: [.contentType: "text/plain", .contentLength: length], body: .none)
        #expect(HTTPCompression().plan(for: response, to: request) == plan)
    }

    @Test("Connections that are handed over are left alone")
    func handedOver() {
        let request = HTTPRequest(
            method: .connect, scheme: nil, authority: "h:1", path: nil, headerFields: [.acceptEncoding: "gzip"])
        var response = HTTPResponse.tunnel { _ in }
        response.headerFields[.contentType] = "text/plain"
        #expect(HTTPCompression().plan(for: response, to: request) == .leave)
    }

    @Test("By the configuration")
    func configuration() {
        var configuration = HTTPCompression()
        configuration.codings = [.deflate]
        #expect(Case("gzip", .identity).plan(configuration) == .identity)
        #expect(Case("gzip, deflate", .identity).plan(configuration) == .encode(.deflate))
        configuration.codings = [.deflate, .gzip]
        #expect(Case("gzip, deflate", .identity).plan(configuration) == .encode(.deflate))
        configuration.minimumSize = 0
        #expect(Case(size: 1, .leave).plan(configuration) == .encode(.gzip))
        #expect(Case(size: 0, .leave).plan(configuration) == .leave)
        configuration.mediaTypes = ["image/png"]
        #expect(Case(type: "image/png", .leave).plan(configuration) == .encode(.gzip))
        #expect(Case(type: "text/plain", .leave).plan(configuration) == .leave)
        configuration.codings = []
        #expect(Case("*", type: "image/png", .leave).plan(configuration) == .identity)
    }
}
