import Foundation
import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

/// In processes of their own: a signal is everybody's.
@Suite struct ReloadSignalsTests {
    @Test("A signal to reload is told each time it comes, to those who observe it, and ends nothing")
    func repeated() async {
        await #expect(processExitsWith: .success) {
            try await withDeadline(.seconds(20)) {
                let (reloads, shutdowns) = (Collector<Signal>(), Collector<Signal>())
                _ = try ReloadSignals.observe([.hangup]) { reloads.add($0) }
                _ = try ShutdownSignals.observe([.terminate]) { shutdowns.add($0) }
                for count in 1...5 {
                    kill(getpid(), SIGHUP)
                    try await eventually { reloads.values.count == count }
                }
                #expect(shutdowns.values.isEmpty)
                kill(getpid(), SIGTERM)
                try await eventually { shutdowns.values == [.terminate] }
                kill(getpid(), SIGHUP)
                try await eventually { reloads.values == [Signal](repeating: .hangup, count: 6) }
            }
        }
    }

    @Test("A flood of them neither blocks the process nor is forgotten")
    func flood() async {
        await #expect(processExitsWith: .success) {
            try await withDeadline(.seconds(20)) {
                let (told, gate) = (Collector<Signal>(), Guarded(false))
                _ = try ReloadSignals.observe([.hangup]) { signal in
                    told.add(signal)
                    while !gate.withLock({ $0 }) { usleep(100) }
                }
                // More than fit into the pipe.
                for _ in 0..<70_000 { kill(getpid(), SIGHUP) }
                gate.withLock { $0 = true }
                try await eventually { told.values.count > 1 }
            }
        }
    }

    @Test("When nobody observes it any more, it does again what it does by default")
    func stop() async {
        await #expect(processExitsWith: .signal(SIGHUP)) {
            try await withDeadline(.seconds(20)) {
                let shutdowns = Collector<Signal>()
                _ = try ShutdownSignals.observe([.terminate]) { shutdowns.add($0) }
                let number = try ReloadSignals.observe([.hangup]) { _ in }
                ReloadSignals.stopObserving(number)
                kill(getpid(), SIGHUP)
                try await Task.sleep(for: .seconds(20))
            }
        }
    }
}
