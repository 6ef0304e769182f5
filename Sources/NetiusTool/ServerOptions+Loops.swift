import Netius

extension ServerOptions {
    /// Runs a server on loops of its own, which end with it.
    func withLoops(_ name: String, _ serve: (LoopGroup) async throws -> Void) async throws {
        let group = try LoopGroup(
            count: loops ?? LoopGroup.availableProcessors, poller: poller ?? .available[0], longestWait: pollTimeout)
        do {
            try await serve(group)
        } catch {
            await group.shutdown()
            throw error
        }
        await group.shutdown()
        Log.current.notice("ended \(name)")
    }

    /// Says in the log where a server listens.
    func logStart(of name: String, at address: SocketAddress, on group: LoopGroup, _ more: LogMetadata = [:]) {
        var metadata: LogMetadata = ["address": "\(address)", "loops": "\(group.loops.count)"]
        if tls != nil { metadata["tls"] = "on" }
        Log.current.with(more).notice("serving \(name)", metadata: metadata)
    }
}
