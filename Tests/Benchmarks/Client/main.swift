// What the suites `client` and `download` measure: an HTTP client that fetches the same again and again.
//
//     ClientBenchmark URL CONNECTIONS SECONDS collect|stream anywhere|loop
//
// It warms up, says so, waits for a line, does its work, prints what that was, and waits again. Its requests are made
// by tasks on Swift's own threads, or on the loop that has their connections.
import Netius
import NetiusHTTP

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let arguments = CommandLine.arguments
guard arguments.count == 6, let connections = Int(arguments[2]), let seconds = Double(arguments[3]) else {
    fatalError("usage: ClientBenchmark URL CONNECTIONS SECONDS collect|stream anywhere|loop")
}

struct Load: Sendable {
    let client: HTTPClient
    let url: String
    let streams: Bool

    /// Fetches it once; how many bytes it had.
    func fetch() async throws -> Int {
        let response = try await client.get(url)
        guard response.status == .ok else { fatalError("answered \(response.status)") }
        guard streams else { return try await response.body.collect(upTo: 1 << 20).count }
        var count = 0
        for try await part in response.body { count += part.count }
        return count
    }

    /// Has each connection fetch again and again, once at least; how often, and how many bytes there were in all.
    func run(connections: Int, for duration: Duration) async throws -> (requests: Int, bytes: Int) {
        let end = ContinuousClock.now + duration
        return try await withThrowingTaskGroup(of: (requests: Int, bytes: Int).self) { tasks in
            for _ in 0..<connections {
                tasks.addTask {
                    var done = (requests: 0, bytes: 0)
                    repeat {
                        done.bytes += try await fetch()
                        done.requests += 1
                    } while ContinuousClock.now < end
                    return done
                }
            }
            var all = (requests: 0, bytes: 0)
            for try await done in tasks { all = (all.requests + done.requests, all.bytes + done.bytes) }
            return all
        }
    }
}

/// Prints a line at once.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

let group = try LoopGroup(count: 1)
var configuration = HTTPClient.Configuration()
configuration.loops = group
configuration.maximumConnectionsPerOrigin = connections
let client = HTTPClient(configuration: configuration)

let load = Load(client: client, url: arguments[1], streams: arguments[4] == "stream")
try await withTaskExecutorPreference(arguments[5] == "loop" ? group.loops[0].taskExecutor : nil) {
    _ = try await load.run(connections: connections, for: .seconds(seconds / 5))
    say("ready")
    _ = readLine()
    let done = try await load.run(connections: connections, for: .seconds(seconds))
    say(#"{"requests": \#(done.requests), "bytes": \#(done.bytes)}"#)
    _ = readLine()
}
await client.shutdown()
await group.shutdown()
