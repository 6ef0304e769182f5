import Netius

/// A file in the form in which it is sent, with what tells it from others.
struct FileRepresentation {
    let file: File
    let description: FileDescription
}
