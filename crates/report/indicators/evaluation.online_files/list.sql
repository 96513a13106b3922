SELECT e.held || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.held, e.case_id, (SELECT c.title FROM cases c WHERE c.bureau = e.bureau AND c.id = e.case_id) AS title,
       (SELECT u.name FROM cases c JOIN units u ON u.bureau = c.bureau AND u.id = c.unit WHERE c.bureau = e.bureau AND c.id = e.case_id) AS unit, e.score
FROM register_file_evaluation e
WHERE e.bureau = $1 AND e.held >= $2 AND e.held <= $3 AND e.mode = 'online'
  AND (SELECT u.kind FROM cases c JOIN units u ON u.bureau = c.bureau AND u.id = c.unit WHERE c.bureau = e.bureau AND c.id = e.case_id) = 'squad'
