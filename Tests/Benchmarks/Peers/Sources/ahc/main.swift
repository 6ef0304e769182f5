import AsyncHTTPClient
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `ahc URL CONNECTIONS SECONDS collect|stream anywhere|loop`: async-http-client with one loop, as its documentation
/// shows it; with `loop`, called by tasks that run on that loop instead of Swift's own threads.
let arguments = CommandLine.arguments
guard arguments.count == 6, let connections = Int(arguments[2]), let seconds = Double(arguments[3]) else {
    fatalError("usage: ahc URL CONNECTIONS SECONDS collect|stream anywhere|loop")
}

/// Runs tasks on a loop.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

struct Load: Sendable {
    let client: HTTPClient
    let url: String
    let streams: Bool

    /// Fetches it once; how many bytes it had.
    func fetch() async throws -> Int {
        let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
        guard response.status == .ok else { fatalError("answered \(response.status)") }
        guard streams else { return try await response.body.collect(upTo: 1 << 20).readableBytes }
        var count = 0
        for try await part in response.body { count += part.readableBytes }
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

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
var configuration = HTTPClient.Configuration()
configuration.httpVersion = .http1Only
configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)

let load = Load(client: client, url: arguments[1], streams: arguments[4] == "stream")
try await withTaskExecutorPreference(arguments[5] == "loop" ? LoopExecutor(group.next()) : nil) {
    _ = try await load.run(connections: connections, for: .seconds(seconds / 5))
    say("ready")
    _ = readLine()
    let done = try await load.run(connections: connections, for: .seconds(seconds))
    say(#"{"requests": \#(done.requests), "bytes": \#(done.bytes)}"#)
    _ = readLine()
}
try await client.shutdown()
