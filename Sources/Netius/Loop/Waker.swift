internal import CNetius

/// A descriptor that makes a waiting poller return: an eventfd on Linux, a pipe elsewhere.
struct Waker: ~Copyable, Sendable {
    /// The end to wait on.
    let descriptor: CInt
    private let signalled: CInt

    init() throws {
        var descriptors: [CInt] = [-1, -1]
        guard unsafe netius_waker_open(&descriptors) == 0 else { throw SystemError(operation: "eventfd") }
        descriptor = descriptors[0]
        signalled = descriptors[1]
    }

    deinit {
        Descriptor.close(descriptor)
        if signalled != descriptor { Descriptor.close(signalled) }
    }

    func signal() {
        netius_waker_signal(signalled)
    }

    func clear() {
        netius_waker_clear(descriptor)
    }
}
