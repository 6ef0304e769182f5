internal import Netius
internal import NetiusDNS

/// Finds the records of keys: all at the same time, each once, and for no longer than is had patience for.
struct DKIMKeyLookup: Sendable {
    let lookup: DKIMVerifier.Lookup
    let patience: Duration

    /// What is found under the names. Those of which nothing is known in time are missing.
    ///
    /// - Throws: `CancellationError`.
    func records(of names: Set<String>) async throws -> [String: Result<[[UInt8]], DKIMProblem>] {
        var found: [String: Result<[[UInt8]], DKIMProblem>] = [:]
        guard !names.isEmpty else { return found }
        return try await withThrowingTaskGroup(of: (String, Result<[[UInt8]], DKIMProblem>)?.self) { group in
            for name in names {
                group.addTask { (name, try await records(of: name)) }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            while found.count < names.count, let next = try await group.next(), let (name, result) = next {
                found[name] = result
            }
            return found
        }
    }

    private func records(of name: String) async throws -> Result<[[UInt8]], DKIMProblem> {
        do {
            return .success(try await lookup(name))
        } catch let error as CancellationError {
            throw error
        } catch DNSError.noSuchName, DNSError.malformedName {
            return .failure(.permanent("there is no key"))
        } catch {
            return .failure(.temporary("the key could not be looked up: \("\(error)".onOneLine)"))
        }
    }
}
