/// The version of the tool, as `netius --version` prints it.
let version = "0.1.0"
