SELECT d.decided || '/' || SUBSTR('0000000000' || CAST(d.case_id AS TEXT), LENGTH(CAST(d.case_id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(d.act AS TEXT), LENGTH(CAST(d.act AS TEXT)) + 1) AS key,
       d.case_id, (SELECT c.title FROM cases c WHERE c.bureau = d.bureau AND c.id = d.case_id) AS title, d.number, COALESCE((SELECT o.name FROM organs o WHERE o.bureau = d.bureau AND o.id = d.organ), d.organ) AS organ,
       CASE WHEN d.kind = 'OnSpotPenalty' THEN '当场处罚' ELSE '普通程序' END AS procedure,
       d.decided, d.fine_decided,
       COALESCE((SELECT f.fine FROM decision_fines f WHERE f.bureau = d.bureau AND f.case_id = d.case_id AND f.act = d.act AND f.day <= $3 ORDER BY f.day DESC LIMIT 1), d.fine_decided) AS fine,
       CASE WHEN d.revoked <= $3 THEN d.revoked END AS revoked
FROM decisions d
WHERE d.bureau = $1 AND d.kind IN ('PenaltyDecided', 'OnSpotPenalty') AND d.fine_decided > 0 AND d.decided >= $2 AND d.decided <= $3
