internal import Netius

/// A connection to a server: the driver that joins the client's side of the HTTP/1 core to a transport. It serves one
/// request at a time, for its worker, in whose isolation everything here happens.
// @unchecked: used on the loop's thread alone, but for what never changes.
@safe
final class HTTPClientConnection: @unchecked Sendable {
    let id: HTTPClientWorker.Pool.ID
    let transport: Transport
    /// Whose it is, and that holds it in its table until it is closed.
    let worker: HTTPClientWorker
    /// Whether requests are for a proxy, which is told whole URLs.
    let isToProxy: Bool

    var decoder: HTTP1ResponseDecoder
    var head = HTTPResponseHead()
    /// Counts the requests.
    var number: UInt32 = 0
    /// Nobody has it, and the pool may lend it.
    var isIdle = false
    /// The content of the request while it is sent beside the reading; nil where it was sent at once.
    var sending: HTTPClientSending?
    /// Whether the request has said that none follows it.
    var isLast = false
    /// Why the request could not be sent; the server may have answered all the same.
    var writeFailure: (any Error)?
    /// Whoever waits for the server is to look again at how the sending went.
    var isInterrupted = false
    /// What the Host field of requests says, where they are all for one origin.
    var host: String?
    /// When a request, or the last of its content, was sent.
    var sent = MonotonicTime(nanoseconds: 0)

    var loop: EventLoop { transport.loop }
    var configuration: HTTPClient.Configuration {
        // Not a copy, which would count a reference to each thing in it.
        @inline(__always) _read { yield worker.configuration }
    }
    var isClosed: Bool { transport.pollable.isClosed }

    init(id: HTTPClientWorker.Pool.ID, _ transport: Transport, isToProxy: Bool, worker: HTTPClientWorker) {
        self.id = id
        self.transport = transport
        self.worker = worker
        self.isToProxy = isToProxy
        decoder = HTTP1ResponseDecoder(limits: worker.configuration.limits)
        unsafe transport.pollable.observer = self
    }

    /// Whether an idle connection can be used: nothing has arrived on it, neither its end nor anything that could be
    /// taken for the response to a request that was not sent yet.
    func isUsable() -> Bool {
        guard !isClosed, !transport.pollable.isHungUp else { return false }
        // What arrived since is known without asking the system, but for what TLS has read already.
        guard transport.pollable.isReadable || transport.tls != nil else { return true }
        guard case .wouldBlock = transport.receive() else { return false }
        return transport.unreadCount == 0
    }

    /// The response is complete, be there more to send of the request or not.
    func finish() {
        let idleTime = decoder.keepAliveTimeout.map { Duration.seconds($0) }
        if !isLast, decoder.keepsAlive, decoder.keepAliveMaximum != 0, sending?.isDone ?? true, writeFailure == nil,
            transport.unreadCount == 0, !transport.pollable.isHungUp
        {
            sending = nil
            worker.assumeIsolated { $0.release(self, idleTime: idleTime) }
        } else {
            close()
        }
    }

    /// Ends the connection and whatever is under way on it.
    func close() {
        worker.assumeIsolated { $0.close(self) }
    }

    /// Closes the socket; the worker has taken the connection out of its table.
    func end() {
        unsafe transport.pollable.observer = nil
        sending?.cancel()
        transport.close()
    }
}

extension HTTPClientConnection: HangupObserver {
    func peerHungUp(isBroken: Bool) {
        // Under way, reading finds out.
        if isIdle { close() }
    }
}
