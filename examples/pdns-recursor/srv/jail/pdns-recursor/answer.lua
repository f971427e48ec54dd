function preresolve(q)
	if q.qname:equal("www.example.org") then
		q:addAnswer(pdns.A, "192.0.2.80")
		return true
	end
	return false
end
