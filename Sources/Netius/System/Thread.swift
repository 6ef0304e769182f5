internal import CNetius

/// Detached threads of the system.
enum Thread {
    fileprivate final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a thread that runs `body` and ends. Throws `SystemError` when there can be no more threads.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws {
        // Safe: the reference is retained here and released by the thread, or by us where none started.
        let argument = unsafe Unmanaged.passRetained(Body(name: name, run: body)).toOpaque()
        let code = unsafe netius_start_thread(runBody, argument)
        guard code == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(argument).release()
            throw SystemError(operation: "pthread_create", code: code)
        }
    }
}

/// The C entry point of a thread.
private func runBody(_ argument: UnsafeMutableRawPointer?) {
    guard let argument = unsafe argument else { return }
    let body = unsafe Unmanaged<Thread.Body>.fromOpaque(argument).takeRetainedValue()
    unsafe netius_name_thread(String(body.name.prefix(15)))
    body.run()
}
