/// Which symbolic links are followed below a folder.
public enum SymbolicLinkPolicy: Sendable, Hashable, CaseIterable {
    /// None.
    case never
    /// Those that stay beneath the folder at every step, by a relative path. Where the system cannot tell (Linux before
    /// 5.6, Darwin), none.
    case beneathRoot
    /// All, wherever they lead: whoever may write into the folder decides what can be read.
    case anywhere
}
