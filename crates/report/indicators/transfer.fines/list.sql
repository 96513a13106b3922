-- The day is compared as an expression, so that the few cases handed over lead to their decisions.
SELECT d.decided || '/' || SUBSTR('0000000000' || CAST(d.case_id AS TEXT), LENGTH(CAST(d.case_id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(d.act AS TEXT), LENGTH(CAST(d.act AS TEXT)) + 1) AS key,
       d.case_id, d.number, d.decided,
       COALESCE((SELECT f.fine FROM decision_fines f WHERE f.bureau = d.bureau AND f.case_id = d.case_id AND f.act = d.act AND f.day <= $3 ORDER BY f.day DESC LIMIT 1), d.fine_decided) AS fine
FROM decisions d
WHERE d.bureau = $1 AND d.kind IN ('PenaltyDecided', 'OnSpotPenalty') AND d.decided || '' <= $3
  AND d.case_id IN (SELECT t.case_id FROM register_transfer t WHERE t.bureau = $1 AND t.direction = 'received' AND t.origin = 'province' AND t.handed >= $2 AND t.handed <= $3 AND t.traced <= $3)
