extension RelayCommand {
    static let spool = OptionDescription(
        "spool", placeholder: "DIR", variable: "SMTP_SPOOL", default: "spool", help: "the folder of the queue")
    static let maildir = OptionDescription(
        "maildir", placeholder: "DIR", variable: "SMTP_MAILDIR",
        help: "store the mail for these domains in this Maildir (default: refuse it)")
    static let lmtp = OptionDescription(
        "lmtp", placeholder: "ADDRESS", variable: "SMTP_LMTP_ADDRESS",
        help: "hand their mail to a server of LMTP: ADDRESS:PORT or unix:PATH")
    static let via = OptionDescription(
        "via", placeholder: "HOST[:PORT]", variable: "SMTP_VIA",
        help: "hand all other mail to one host (default: to the hosts that DNS names)")
    static let viaSecurity = OptionDescription(
        "via-security", placeholder: "none|opportunistic|required|implicit", variable: "SMTP_VIA_SECURITY",
        help: "how to protect that (default: required with a user, otherwise opportunistic)")
    static let viaUser = OptionDescription(
        "via-user", placeholder: "USER", variable: "SMTP_VIA_USER", help: "the user to be at that host")
    static let viaPasswordFile = OptionDescription(
        "via-password-file", placeholder: "FILE", variable: "SMTP_VIA_PASSWORD_FILE", help: "the user's password")
    static let trusted = OptionDescription(
        "trust", placeholder: "NETWORKS", variable: "SMTP_TRUSTED",
        help: "take mail for everywhere from these addresses and networks (default: none)")
    static let postmaster = OptionDescription(
        "postmaster", placeholder: "ADDRESS", variable: "POSTMASTER", help: "whom notifications are from")
    static let mtaSTS = OptionDescription(
        flag: "mta-sts", isNegatable: true, variable: "SMTP_MTA_STS", default: "on",
        help: "ask domains how mail for them is to be protected")
    static let exchangerPort = OptionDescription(
        "exchanger-port", placeholder: "PORT", variable: "SMTP_EXCHANGER_PORT", default: "25",
        help: "the port of the hosts that DNS names")
    static let retry = OptionDescription(
        "retry", placeholder: "SECONDS", variable: "SMTP_RETRY", default: "300",
        help: "how long to wait before a second attempt; after each, twice as long")
    static let longestRetry = OptionDescription(
        "longest-retry", placeholder: "SECONDS", variable: "SMTP_LONGEST_RETRY", default: "14400",
        help: "the longest such wait")
    static let expiry = OptionDescription(
        "expire", placeholder: "SECONDS", variable: "SMTP_EXPIRE", default: "432000",
        help: "how long to try before a message goes back")
    static let delay = OptionDescription(
        "delay-notice", placeholder: "SECONDS", variable: "SMTP_DELAY_NOTICE", default: "14400",
        help: "after how long to tell a sender that it takes long")
    static let deliveries = OptionDescription(
        "deliveries", placeholder: "N", variable: "SMTP_DELIVERIES", default: "200", help: "deliveries at a time")
    static let deliveriesPerDomain = OptionDescription(
        "domain-deliveries", placeholder: "N", variable: "SMTP_DOMAIN_DELIVERIES", default: "20",
        help: "deliveries at a time to one domain")
    static let events = OptionDescription(
        "events", placeholder: "FILE", variable: "SMTP_EVENTS",
        help: "tell of deliveries as JSON at the end of a file; - is standard output")
    static let transcript = OptionDescription(
        flag: "transcript", variable: "SMTP_CAPTURE_TRANSCRIPT", help: "tell there what was said, but for secrets")
    static let webhook = OptionDescription(
        "webhook", placeholder: "URL", variable: "SMTP_ACTIVITY_URL",
        help: "post it there too; signed with SMTP_ACTIVITY_SECRET if that is set")
}
