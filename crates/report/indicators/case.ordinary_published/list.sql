-- `published` is the first publication and stays when a decision is withdrawn or published again.
SELECT d.published || '/' || SUBSTR('0000000000' || CAST(d.case_id AS TEXT), LENGTH(CAST(d.case_id AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(d.act AS TEXT), LENGTH(CAST(d.act AS TEXT)) + 1) AS key,
       d.case_id, (SELECT c.title FROM cases c WHERE c.bureau = d.bureau AND c.id = d.case_id) AS title, d.number, COALESCE((SELECT o.name FROM organs o WHERE o.bureau = d.bureau AND o.id = d.organ), d.organ) AS organ, d.decided, d.published,
       CASE WHEN d.withdrawn <= $3 THEN d.withdrawn END AS withdrawn,
       CASE WHEN d.revoked <= $3 THEN d.revoked END AS revoked,
       d.fine_decided
FROM decisions d
WHERE d.bureau = $1 AND d.kind = 'PenaltyDecided' AND d.procedure = 'ordinary' AND d.mild = 0 AND d.published >= $2 AND d.published <= $3
