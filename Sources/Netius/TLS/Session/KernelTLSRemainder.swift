internal import CNetius
internal import COpenSSL

/// What the kernel still holds back of a connection that is closed on this side: the socket is kept for it, and closed
/// when all of that has gone, the alert that ends the connection behind it, or the peer takes nothing any more.
// @unchecked: used on the loop's thread alone.
final class KernelTLSRemainder: @unchecked Sendable {
    /// How long the peer may take nothing.
    private static let stall = Duration.seconds(10)

    /// How long it may take in all: nobody counts the descriptor any more.
    private static let patience = Duration.seconds(60)

    private let descriptor: CInt
    private let loop: EventLoop
    private let deadline: MonotonicTime
    private var watch: SendWatch

    private init(_ descriptor: CInt, on loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
        deadline = loop.now + Self.patience
        watch = SendWatch(stall: Self.stall, at: loop.now)
    }

    // Also where the loop ends before.
    deinit {
        Descriptor.close(descriptor)
    }

    /// Keeps the socket of a connection that is about to be closed.
    static func keep(_ descriptor: CInt, on loop: EventLoop) {
        let copy = netius_duplicate_descriptor(descriptor)
        guard copy >= 0 else { return }
        KernelTLSRemainder(copy, on: loop).lookLater()
    }

    private func lookLater() {
        _ = loop.schedule(at: loop.now + KernelTLS.pause) { [self] in look() }
    }

    private func look() {
        if KernelTLS.hasRoom(descriptor) {
            let alert: [UInt8] = [UInt8(SSL3_AL_WARNING), UInt8(SSL_AD_CLOSE_NOTIFY)]
            _ = unsafe alert.withUnsafeBytes {
                unsafe netius_kernel_tls_send(descriptor, UInt8(SSL3_RT_ALERT), $0.baseAddress, UInt($0.count))
            }
        } else if loop.now < deadline {
            let unacknowledged = netius_unacknowledged(descriptor)
            if watch.isMoving(unacknowledged >= 0 ? Int(unacknowledged) : nil, at: loop.now) { lookLater() }
        }
    }
}
