import Foundation
import Netius

extension PollerKind {
    /// The poller that the tests' own loops wait with: the environment's `POLL`, else the build's preferred one.
    static let underTest: PollerKind = {
        guard let name = ProcessInfo.processInfo.environment["POLL"] else { return available[0] }
        guard let kind = PollerKind(rawValue: name), available.contains(kind) else {
            fatalError("POLL names no poller of this build: \(name)")
        }
        return kind
    }()
}
