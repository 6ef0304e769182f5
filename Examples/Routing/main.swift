// A small API: a router with parameters, a group, and middleware around the group.
//
//     curl http://127.0.0.1:8086/hello/world
//     curl -H 'Authorization: Bearer letmein' -d 'buy milk' http://127.0.0.1:8086/api/notes
//     curl -H 'Authorization: Bearer letmein' http://127.0.0.1:8086/api/notes/1
import Netius
import NetiusHTTP

actor Notes {
    private var texts: [String] = []

    func add(_ text: String) -> Int {
        texts.append(text)
        return texts.count
    }

    subscript(number: Int) -> String? {
        texts.indices.contains(number - 1) ? texts[number - 1] : nil
    }
}

let token = HTTPMiddleware { next in
    { request in
        guard request.headerFields[.authorization] == "Bearer letmein" else {
            return HTTPResponse(status: .unauthorized, headerFields: [.wwwAuthenticate: "Bearer"])
        }
        return try await next(request)
    }
}

let notes = Notes()
var router = Router()
router.get("/hello/{name}") { request in .ok("Hello \(try request.parameters.require("name"))\n") }
router.group("/api", middleware: [token]) { api in
    api.post("/notes") { request in
        let number = await notes.add(try await request.body.text(upTo: 64 * 1024))
        return HTTPResponse(status: .created, headerFields: [.location: "/api/notes/\(number)"])
    }
    api.get("/notes/{number}") { request in
        let number = try request.parameters.require("number", as: Int.self)
        guard number > 0, let text = await notes[number] else { throw HTTPError(.notFound) }
        return .ok(text + "\n")
    }
}

let server = HTTPServer(port: try Environment.process.port("PORT") ?? 8086, handler: router.handler)
try await server.run { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
