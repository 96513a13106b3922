-- The days are compared as expressions, so that the few cases of the campaigns lead to their decisions and not all decisions of the year to theirs.
SELECT d.decided || '/' || SUBSTR('0000000000' || CAST(d.case_id AS TEXT), LENGTH(CAST(d.case_id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(d.act AS TEXT), LENGTH(CAST(d.act AS TEXT)) + 1) AS key,
       d.case_id, c.title, d.number, COALESCE((SELECT o.name FROM organs o WHERE o.bureau = d.bureau AND o.id = d.organ), d.organ) AS organ, d.decided,
       COALESCE((SELECT f.fine FROM decision_fines f WHERE f.bureau = d.bureau AND f.case_id = d.case_id AND f.act = d.act AND f.day <= $3 ORDER BY f.day DESC LIMIT 1), d.fine_decided) AS fine
FROM decisions d
JOIN cases c ON c.bureau = d.bureau AND c.id = d.case_id
JOIN register_campaign t ON t.bureau = c.bureau AND t.id = c.campaign
WHERE d.bureau = $1 AND t.series = 'thunder' AND d.kind IN ('PenaltyDecided', 'PenaltyWaived', 'OnSpotPenalty')
  AND d.decided || '' >= $2 AND d.decided || '' <= $3
