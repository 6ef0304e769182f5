// What the suite `routing` measures: `netius hello` behind what a program usually has around its handlers.
//
//     RoutingBenchmark PORT LOOPS bare|router|everything LOG
import Netius
import NetiusHTTP

let arguments = CommandLine.arguments
guard arguments.count == 5, let port = UInt16(arguments[1]), let loops = Int(arguments[2]) else {
    fatalError("usage: RoutingBenchmark PORT LOOPS bare|router|everything LOG")
}

let answer = HTTPResponse(
    status: .ok, headerFields: [.contentType: "text/plain; charset=utf-8"], body: .bytes(Array("Hello World".utf8)))
let hello: HTTPServer.Handler = { _ in answer }

/// A thousand routes: ten resources of ten services, each with its usual ten.
func routed() -> HTTPServer.Handler {
    var router = Router()
    router.get("/", hello)
    for service in 0..<10 {
        router.group("/service\(service)/{tenant}") { group in
            for resource in 0..<10 {
                group.get("/resource\(resource)", hello)
                group.post("/resource\(resource)", hello)
                group.get("/resource\(resource)/{id}", hello)
                group.put("/resource\(resource)/{id}", hello)
                group.delete("/resource\(resource)/{id}", hello)
                group.get("/resource\(resource)/{id}/parts", hello)
                group.post("/resource\(resource)/{id}/parts", hello)
                group.get("/resource\(resource)/{id}/parts/{part}", hello)
                group.delete("/resource\(resource)/{id}/parts/{part}", hello)
                group.get("/resource\(resource)/{id}/files/{path...}", hello)
            }
        }
    }
    return router.handler
}

var configuration = HTTPServer.Configuration()
configuration.loops = try LoopGroup(count: loops)
var handler = hello
var middleware: [HTTPMiddleware] = []
if arguments[3] != "bare" { handler = routed() }
if arguments[3] == "everything" {
    configuration.accessLog = try HTTPAccessLog(to: .file(path: arguments[4]))
    middleware = [.compression()]
}
try await HTTPServer(port: port, configuration: configuration, middleware: middleware, handler: handler).run()
