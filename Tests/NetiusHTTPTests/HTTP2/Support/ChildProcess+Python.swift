import Foundation
import TestSupport

extension ChildProcess {
    /// A Python that has the modules: the one that is found first, or else the system's, for which packages are
    /// installed. Nil, with a message, where neither has.
    static func python(with modules: String) async throws -> ChildProcess? {
        for path in ["python3", "/usr/bin/python3"] {
            guard let environment = ChildProcess("env") else { return nil }
            let result = try await environment.run([path, "-c", "import \(modules)"])
            guard result.status == 0 else { continue }
            let found = try await environment.run([path, "-c", "import sys; print(sys.executable, end='')"])
            return ChildProcess(path: found.output)
        }
        print("skipped: no Python has \(modules)")
        return nil
    }
}
