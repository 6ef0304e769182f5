// A guestbook: notes as JSON, photos as a browser uploads them, events of what happens, and a page that shows it all.
//
//     swift run Guestbook
//     curl -H 'Content-Type: application/json' -d '{"name": "Ada", "text": "Hello"}' http://127.0.0.1:8087/notes
//     curl -F name=Ada -F photo=@me.jpg http://127.0.0.1:8087/photos
//     curl -N http://127.0.0.1:8087/events
//
// Notes and photos are gone when it ends.
import FoundationEssentials
import Netius
import NetiusFoundation
import NetiusHTTP

let folder = FileManager.default.temporaryDirectory.appending(path: "guestbook-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let book = Guestbook(photos: folder)
var router = Router()

// The notes.

router.get("/notes") { _ in try .json(await book.notes) }

router.post("/notes") { request in
    let note = try await book.sign(try await request.decode(NewNote.self, upTo: 16 * 1024))
    var response = try HTTPResponse.json(note, status: .created)
    response.headerFields[.location] = "/notes/\(note.id)"
    return response
}

router.get("/notes/{id}") { request in
    guard let note = await book[try request.parameters.require("id", as: Int.self)] else { throw HTTPError(.notFound) }
    return try .json(note)
}

router.delete("/notes/{id}") { request in
    guard await book.remove(try request.parameters.require("id", as: Int.self)) else { throw HTTPError(.notFound) }
    return HTTPResponse(status: .noContent)
}

// Photos. What a client calls a file decides nothing: names are ours, and with them the type that is sent later.

let extensions = ["image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"]

router.post("/photos") { request in
    var name = ""
    for try await part in request.multipart() {
        switch part.name {
        case "name": name = try await part.body.text()
        case "photo":
            guard let type = part.contentType, let suffix = extensions[type.essence] else {
                throw HTTPError(.unsupportedMediaType, message: "a photo is a JPEG, PNG or WebP file")
            }
            let photo = "\(UUID().uuidString).\(suffix)"
            let note = try NewNote(name: name, text: part.baseName ?? "a photo").checked()
            try await part.body.write(toFile: folder.appending(path: photo).path, upTo: 10 << 20)
            _ = try await book.sign(note, photo: photo)
        default: throw HTTPError(.badRequest, message: "no such field: \(part.name)")
        }
    }
    return HTTPResponse(status: .noContent)
}

var files = FileServer.Configuration()
files.prefix = "/photos"
files.listsFolders = false
router.get("/photos/{name}", try FileServer(root: folder.path, configuration: files).handler)

// What happens, as it happens. A browser that was cut off comes again, and says what it has seen.

router.get("/events") { request in
    let seen = request.lastEventID.flatMap(Int.init) ?? 0
    return .events { events in
        for await event in await book.events(after: seen) {
            switch event {
            case .signed(let note):
                let json = String(decoding: try JSONEncoder().encode(note), as: UTF8.self)
                try await events.send(json, event: "signed", id: "\(note.id)")
            case .removed(let id):
                try await events.send("\(id)", event: "removed")
            }
        }
    }
}

// The page. It may load what is here, and nothing else from anywhere.

for (path, type, content) in [
    ("/", "text/html", Page.html), ("/page.css", "text/css", Page.style), ("/page.js", "text/javascript", Page.script),
] {
    let fields: HTTPFields = [
        .contentType: "\(type); charset=utf-8", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy:
            "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'; style-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ]
    router.get(path) { _ in HTTPResponse(status: .ok, headerFields: fields, body: .text(content)) }
}

let server = HTTPServer(port: try Environment.process.port("PORT") ?? 8087, handler: router.handler)
try await server.run { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
try FileManager.default.removeItem(at: folder)
