/// Where a `LineWriter` puts its lines.
package enum LineDestination: Sendable {
    /// The end of a file, which is made, readable by its group, where there is none.
    case file(path: String)
    /// A descriptor, such as standard output, which is not closed.
    case descriptor(Int32)
    /// A closure, called on the writer's thread with whole lines.
    case closure(@Sendable ([UInt8]) -> Void)
}
