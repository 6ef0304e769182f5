internal import CNetius

/// Encryption by the kernel (Linux's `tls` module), which lets files be sent from the system's memory.
enum KernelTLS {
    /// Whether the kernel knows how; asked once.
    static let isAvailable = netius_kernel_tls() == 1
}
