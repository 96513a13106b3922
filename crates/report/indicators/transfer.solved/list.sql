SELECT t.handed || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key, t.id, t.handed, t.peer, t.subject, t.traced, t.case_id
FROM register_transfer t
WHERE t.bureau = $1 AND t.direction = 'received' AND t.origin = 'province' AND t.handed >= $2 AND t.handed <= $3 AND t.traced <= $3
  AND EXISTS (SELECT 1 FROM decisions d WHERE d.bureau = t.bureau AND d.case_id = t.case_id AND d.kind IN ('PenaltyDecided', 'OnSpotPenalty') AND d.decided <= $3)
