import CNetius

extension Environment {
    /// The environment of this process, as it was when first asked for.
    ///
    /// Bytes that aren't UTF-8 read as U+FFFD.
    public static let process = Environment(readProcessVariables())

    private static func readProcessVariables() -> [String: String] {
        var variables: [String: String] = [:]
        // Safe as long as no other thread changes the environment meanwhile, which POSIX forbids to threaded programs.
        guard var entry = unsafe netius_environment() else { return variables }
        while let text = unsafe entry.pointee {
            let assignment = unsafe String(cString: text)
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // Of a name that occurs twice getenv(3) finds the first.
            if parts.count == 2, variables[String(parts[0])] == nil { variables[String(parts[0])] = String(parts[1]) }
            unsafe entry += 1
        }
        return variables
    }
}
