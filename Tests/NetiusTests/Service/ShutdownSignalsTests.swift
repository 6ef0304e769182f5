import Foundation
import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

/// In processes of their own: a signal is everybody's.
@Suite struct ShutdownSignalsTests {
    private static func raise(_ signal: Signal) {
        kill(getpid(), signal.rawValue)
    }

    @Test("All who observe are told of the first signal, and the process goes on")
    func first() async {
        await #expect(processExitsWith: .success) {
            try await withDeadline(.seconds(20)) {
                let told = Collector<Signal>()
                _ = try ShutdownSignals.observe([.interrupt, .terminate]) { told.add($0) }
                _ = try ShutdownSignals.observe([.terminate]) { told.add($0) }
                Self.raise(.terminate)
                try await eventually { told.values == [.terminate, .terminate] }
            }
        }
    }

    @Test("A second signal ends the process, as the signal does by default", arguments: [SIGTERM, SIGINT])
    func second(number: Int32) async {
        await #expect(processExitsWith: .signal(number)) { [number] in
            try await withDeadline(.seconds(20)) {
                let told = Collector<Signal>()
                _ = try ShutdownSignals.observe([.interrupt, .terminate]) { told.add($0) }
                Self.raise(.terminate)
                try await eventually { told.values == [.terminate] }
                Self.raise(Signal(rawValue: number))
                try await Task.sleep(for: .seconds(20))
            }
        }
    }

    @Test("Who has stopped observing isn't told; after the last one the signal does what it does by default")
    func stop() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            try await withDeadline(.seconds(20)) {
                let (told, others) = (Collector<Signal>(), Collector<Signal>())
                let number = try ShutdownSignals.observe([.terminate]) { told.add($0) }
                let other = try ShutdownSignals.observe([.terminate]) { others.add($0) }
                ShutdownSignals.stopObserving(number)
                Self.raise(.terminate)
                try await eventually { others.values == [.terminate] }
                #expect(told.values.isEmpty)
                ShutdownSignals.stopObserving(other)
                Self.raise(.terminate)
                try await Task.sleep(for: .seconds(20))
            }
        }
    }

    @Test("Who observes after an earlier service has ended is told of the next signal first")
    func again() async {
        await #expect(processExitsWith: .success) {
            try await withDeadline(.seconds(20)) {
                for _ in 0..<3 {
                    let told = Collector<Signal>()
                    let number = try ShutdownSignals.observe([.interrupt]) { told.add($0) }
                    Self.raise(.interrupt)
                    try await eventually { told.values == [.interrupt] }
                    ShutdownSignals.stopObserving(number)
                }
            }
        }
    }

    @Test("Signals are named as they are known")
    func names() {
        #expect(Signal.interrupt.description == "SIGINT")
        #expect(Signal.terminate.description == "SIGTERM")
        #expect(Signal.hangup.description == "SIGHUP")
        #expect(Signal(rawValue: 99).description == "signal 99")
    }
}
