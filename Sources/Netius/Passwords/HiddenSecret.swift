/// What nobody is to see in a log: printing it, in whatever way, shows no more than its kind.
package protocol HiddenSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension HiddenSecret {
    /// Three asterisks.
    package var description: String { "***" }
    /// Three asterisks.
    package var debugDescription: String { description }
    /// Shows nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
