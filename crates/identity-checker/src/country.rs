//! Countries by their two letters.

/// ISO 3166-1 alpha-2, officially assigned, as of 2026.
const KNOWN: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ \
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW \
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY \
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM \
    ZW";

/// The high-risk jurisdictions subject to a call for action of the Financial Action Task Force,
/// as of 2025: North Korea, Iran and Myanmar.
const CALLED_FOR_ACTION: [&str; 3] = ["IR", "KP", "MM"];

/// Whether ISO assigns the code; upper case counts alone.
pub(crate) fn is_known(code: &str) -> bool {
    KNOWN.split(' ').any(|known| known == code)
}

/// Whether the country is one of high risk.
pub(crate) fn is_high_risk(code: &str) -> bool {
    CALLED_FOR_ACTION.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_in_order() {
        let codes: Vec<_> = KNOWN.split(' ').collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn an_assigned_code_in_upper_case_is_known() {
        assert!(["AD", "DE", "ZW"].into_iter().all(is_known));
        assert!(!["ZZ", "de", "", "D", "EU", " "].into_iter().any(is_known));
    }

    #[test]
    fn every_country_of_high_risk_is_a_known_one() {
        assert!(CALLED_FOR_ACTION.into_iter().all(is_known));
        assert!(is_high_risk("KP") && !is_high_risk("KR"));
    }
}
