// Asks a server for the same a hundred times at once, all over one HTTP/2 connection.
//
//     Multiplexing http://127.0.0.1:8080/
import Netius
import NetiusHTTP

guard let url = CommandLine.arguments.dropFirst().first else { fatalError("which URL?") }

var configuration = HTTPClient.Configuration()
// There is one connection for each loop.
configuration.loops = try LoopGroup(count: 1)
// In clear text nobody asks which version is spoken; over TLS it need not be said.
configuration.http2 = .priorKnowledge
let client = HTTPClient(configuration: configuration)

let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
    for _ in 0..<100 {
        group.addTask {
            let response = try await client.get(url)
            return try await response.body.collect(upTo: 1024 * 1024).count
        }
    }
    var sizes: [Int] = []
    for try await size in group { sizes.append(size) }
    return sizes
}
print("\(sizes.count) responses, \(sizes.reduce(0, +)) bytes")
