#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = runward_audit::Envelope::decode(data) {
        assert_eq!(envelope.encode(), data);
        let _ = envelope.event();
    }
    if let Ok(record) = runward_audit::Record::from_entry(0, String::new(), data) {
        let mut out = Vec::new();
        for format in runward_audit::Format::ALL {
            if let Ok(mut writer) = runward_audit::Writer::new(format, &mut out) {
                let _ = writer.write(&record);
            }
        }
    }
});
