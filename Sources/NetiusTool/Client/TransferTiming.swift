import Netius
import NetiusHTTP

/// How long the parts of a transfer take, redirects included.
final class TransferTiming: Sendable {
    private struct State {
        var began: [HTTPClientObserver.Phase: MonotonicTime] = [:]
        var durations: [HTTPClientObserver.Phase: Duration] = [:]
        var headArrived: MonotonicTime?
        var ended: MonotonicTime?
    }

    private let began: MonotonicTime
    private let state = Guarded(State())

    init(now: MonotonicTime = .now) {
        began = now
    }

    /// Takes note of what a client says.
    func note(_ phase: HTTPClientObserver.Phase, _ moment: HTTPClientObserver.Moment, now: MonotonicTime = .now) {
        state.withLock { state in
            switch moment {
            case .began: state.began[phase] = now
            case .ended, .failed:
                guard let began = state.began.removeValue(forKey: phase) else { return }
                state.durations[phase, default: .zero] += now.since(began)
                if phase == .awaiting { state.headArrived = now }
            default: break
            }
        }
    }

    /// It is over.
    func end(now: MonotonicTime = .now) {
        state.withLock { $0.ended = $0.ended ?? now }
    }

    /// A line for each part, with `-` for what there was not.
    var text: String {
        let state = state.withLock { $0 }
        let end = state.ended ?? began
        let parts: [(String, Duration?)] = [
            ("dns", state.durations[.resolving]), ("connect", state.durations[.connecting]),
            ("tls", state.durations[.handshaking]), ("first byte", state.durations[.awaiting]),
            ("body", state.headArrived.map { end.since($0) }), ("total", end.since(began)),
        ]
        return parts.map { name, duration in
            let padding = String(repeating: " ", count: 12 - name.count)
            return "\(name)\(padding)\(AmountText.trailing(duration.map(AmountText.milliseconds) ?? "-", 12))\n"
        }.joined()
    }
}
