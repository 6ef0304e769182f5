package import Testing

/// Waits until a condition holds, at most half a minute.
package func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it did not come to pass: \(what)", sourceLocation: sourceLocation)
            throw TestFailure(what)
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
